"""A local Octopus Cards: the documented API, wallets and webhooks, with every fault a real one may have.

Pages named in capitals are those of https://octopus-docs.pages.dev/docs: AUTH (/reference/authentication), PRODUCTS
(/products/products), CHARGES (/reference/vouchers/charges), CREATE (/reference/vouchers/create-order), FIRST
(/getting-started/first-order/voucher), SYNC (/guides/sync-vs-async), ERRORS (/best-practices/handling-errors), LIMITS
(/best-practices/rate-limits), WALLETS (/guides/monitoring-wallets), TRANSACTIONS (/reference/wallets/transactions),
CONVENTIONS (/reference/conventions), WEBHOOKS (/webhooks) and VERIFICATION (/reference/webhooks/verification).
"""
