"""The products with fixed ids that people, tests and journeys can count on.

=====  ===============================  ========  ================================  =====================  ========
id     name                             currency  face values                       voucher                discount
=====  ===============================  ========  ================================  =====================  ========
123    Steam Wallet Card                USD       5, 10, 20, 50, 100                card number and PIN    3.5 %
124    Amazon.com Gift Card             USD       5 to 500                          code without PIN       2 %
125    PlayStation Store (Germany)      EUR       10, 20, 50, and 60 to 250         code without PIN       4 %
126    Razer Gold PIN                   USD       10, 25, 50 (10 %)                 card number and PIN    10 %
127    Netflix Gift Card (Kuwait)       KWD       2.500 to 40.000                   claim URL only         1.5 %
128    Flipkart Gift Card (India)       INR       100 to 10 000                     card number and PIN    5 %
130    Xbox Game Pass (1 month)         USD       14.99 alone                       code without PIN       6 %
131    Nintendo eShop Card (Japan)      JPY       500 to 30 000                     code without PIN       2 %
132    Apple Gift Card                  USD       25, 50, 100; at most 20 a time    code and claim URL     1 %
133    Emirates Gift Voucher            USD       50 to 1 000; at most 5 000        code without PIN       none
456    Google Play Gift Card (UK)       GBP       10, 25, 50                        claim URL only         3 %
=====  ===============================  ========  ================================  =====================  ========

123 and 456 are the ids of the documentation's samples (CREATE page). No wallet holds GBP, INR, JPY or KWD unless one is
added, so 127, 128, 131 and 456 need a ``wallet_id``. 124 and 456 have no voucher_reference_number.
"""

from bot.sandbox.octopus.goods import Product, VoucherShape, between, fixed

LANDMARKS = (
    Product(
        123, "Steam Wallet Card", "Gaming", "Steam", "US", "USD", fixed(5, 10, 20, 50, 100, discount="3.5"), "STEAM"
    ),
    Product(
        124, "Amazon.com Gift Card", "Shopping", "Marketplaces", "US", "USD", (between(5, 500, "2"),), "AMZN",
        VoucherShape.CODE, max_quantity=5_000, brand_reference=False,
    ),
    Product(
        125, "PlayStation Store (Germany)", "Gaming", "PlayStation", "DE", "EUR",
        (*fixed(10, 20, 50, discount="4"), between(60, 250, "4")), "PSN", VoucherShape.CODE, max_quantity=500,
    ),
    Product(126, "Razer Gold PIN", "Gaming", "Razer Gold", "US", "USD", fixed(10, 25, 50, discount="10"), "RAZER"),
    Product(
        127, "Netflix Gift Card (Kuwait)", "Entertainment", "Streaming", "KW", "KWD",
        (between("2.500", "40.000", "1.5"),), "NFLX", VoucherShape.CLAIM_URL,
    ),
    Product(
        128, "Flipkart Gift Card (India)", "Shopping", "Marketplaces", "IN", "INR", (between(100, 10_000, "5"),),
        "FLIP", max_quantity=1_000,
    ),
    Product(
        130, "Xbox Game Pass (1 month)", "Gaming", "Xbox", "US", "USD", fixed("14.99", discount="6"), "XBOX",
        VoucherShape.CODE,
    ),
    Product(
        131, "Nintendo eShop Card (Japan)", "Gaming", "Nintendo", "JP", "JPY", (between(500, 30_000, "2"),), "NTDO",
        VoucherShape.CODE,
    ),
    Product(
        132, "Apple Gift Card", "Apps & Software", "App Stores", "US", "USD", fixed(25, 50, 100, discount="1"), "APPLE",
        VoucherShape.CARD_WITH_URL, max_quantity=20,
    ),
    Product(
        133, "Emirates Gift Voucher", "Travel", "Airlines", "US", "USD", (between(50, 1_000),), "EK",
        VoucherShape.CODE, max_quantity=5_000, validity=None,
    ),
    Product(
        456, "Google Play Gift Card (UK)", "Apps & Software", "App Stores", "GB", "GBP",
        fixed(10, 25, 50, discount="3"), "GPLAY", VoucherShape.CLAIM_URL, brand_reference=False,
    ),
)  # fmt: skip
