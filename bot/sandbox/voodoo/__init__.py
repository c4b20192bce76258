"""A local Voodoo Center: the documented API, catalog files and webhooks, with every fault a real one may have.

Pages named in capitals are those of https://docs.voodoo.center: AUTH (/authentication), CATALOG (/catalog), ERRORS
(/errors), INTRO (/introduction), ORDERS (/orders), WEBHOOKS (/webhooks), REF-CREATE and REF-GET (the API reference of
orders), CL-0610 (the change log of 2026-06-10).
"""
