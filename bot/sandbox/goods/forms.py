"""The forms that goods ask people to fill in, and the long lists their choices come from."""

from bot.sandbox.goods.items import Option, Question


def options(first_id: int, names: tuple[str, ...]) -> tuple[Option, ...]:
    """Number the names of a choice; ids start at ``first_id`` and are not dense, as in a shared table."""
    return tuple(Option(first_id + 2 * index, name) for index, name in enumerate(names))


REGIONAL_SERVERS = (
    "Europe (EU-West)",
    "Europe (EU-East)",
    "North America",
    "South America",
    "Asia",
    "Oceania",
    "СНГ",
)

_REALM_PLACES = ("Amber", "Ashen", "Coral", "Dusk", "Ember", "Frost", "Gale", "Hollow")
_REALM_KINDS = ("Coast", "Crown", "Fall", "Gate", "Harbour", "Keep", "Reach", "Vale")
REALMS = tuple(f"{place} {kind}" for place in _REALM_PLACES for kind in _REALM_KINDS)

COUNTRIES = (
    "Argentina", "Armenia", "Australia", "Austria", "Azerbaijan", "Belgium", "Bolivia", "Brazil", "Bulgaria",
    "Canada", "Chile", "Colombia", "Costa Rica", "Croatia", "Cyprus", "Czechia", "Denmark", "Ecuador", "Egypt",
    "Estonia", "Finland", "France", "Georgia", "Germany", "Greece", "Hong Kong", "Hungary", "Iceland", "India",
    "Indonesia", "Ireland", "Israel", "Italy", "Japan", "Kazakhstan", "Kenya", "Kuwait", "Kyrgyzstan", "Latvia",
    "Lithuania", "Luxembourg", "Malaysia", "Malta", "Mexico", "Moldova", "Morocco", "Netherlands", "New Zealand",
    "Norway", "Peru", "Philippines", "Poland", "Portugal", "Qatar", "Romania", "Saudi Arabia", "Serbia",
    "Singapore", "Slovakia", "Slovenia", "South Africa", "South Korea", "Spain", "Sweden", "Switzerland", "Taiwan",
    "Thailand", "Türkiye", "Ukraine", "United Arab Emirates", "United Kingdom", "United States", "Uruguay",
    "Uzbekistan", "Vietnam",
)  # fmt: skip

OPERATORS = (
    "Северсвязь",
    "Билайт",
    "ТелеПлюс",
    "Мегалиния",
    "Степь Мобайл",
    "Altyn Cell",
    "Kyivline & Co",
    "Orbita",
)

PLAYER = (
    Question("player_id", "Player ID"),
    Question("server", "Server", options=options(17, REGIONAL_SERVERS)),
)
PLAYER_AND_REALM = (
    Question("player_id", "Player ID"),
    Question("realm", "Realm", options=options(1_001, REALMS)),
)
USER_ID_ONLY = (Question("user_id", "User ID"),)
PHONE = (
    Question("phone", "Номер телефона"),
    Question("operator", "Оператор", options=options(301, OPERATORS)),
)
WALLET = (Question("account_login", "Account login"),)
BOOST = (
    Question("account_email", "Account e-mail"),
    Question("realm", "Realm", options=options(1_001, REALMS)),
    Question("platform", "Platform", options=options(41, ("PC", "Console X", "Console P", "Android", "iOS"))),
    Question("comment", "Comment for the team", required=False),
)
ACCOUNT_MOVE = (
    Question("account_email", "Account e-mail"),
    Question("country", "New country of the account", options=options(501, COUNTRIES)),
)
