"""The world of the journeys: Telegram, two suppliers and one bot between them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from cryptography.fernet import Fernet

from tests.journeys.octopus import Octopus, octopus_arguments, octopus_settings
from tests.journeys.people import Person
from tests.journeys.processes import BotProcess, Server, free_port, start_server
from tests.journeys.supplier import Voodoo

TOKEN = "1234567890:orderline-local-telegram-demo-token"
API_KEY = "ak_journey_key_of_the_local_voodoo"
WEBHOOK_SECRET = "journey-webhook-secret"
PREVIOUS_SECRET = "journey-webhook-secret-of-last-year"
ADMINS = range(50_001, 50_401)
FEW_ADMINS = ",".join(map(str, ADMINS[:8]))
OPERATORS = 1001
STRANGERS = count(90_001)
MakeBot = Callable[[Mapping[str, str], Path], BotProcess]
SWITCHES = ("settle_after=0.2", "service_settle_after=0.2", "webhook_spacing=0.3", "webhook_timeout=5")


@dataclass
class World:
    """Everything a journey meets."""

    telegram: Server
    voodoo: Voodoo
    octopus: Octopus
    bot: BotProcess
    operators: Person
    _admins: Iterator[int] = field(default_factory=lambda: iter(ADMINS))

    def admin(self, language: str = "en") -> Person:
        """An operator nobody has met yet, who has just opened the bot."""
        return self._opened(self.add_user(next(self._admins), "Ada", language))

    def stranger(self, language: str = "en") -> Person:
        """Somebody with no access, who has just opened the bot."""
        return self._opened(self.add_user(next(STRANGERS), "Zoe", language))

    def newcomer(self, language: str = "en") -> Person:
        """Somebody who has not met the bot yet."""
        return self.add_user(next(STRANGERS), "Zoe", language)

    def add_user(self, id_: int, name: str, language: str = "en") -> Person:
        self.telegram.post("users", id=id_, first_name=name, language_code=language)
        return Person(self.telegram, id_, name, id_)

    def desk(self) -> Person:
        """The operators' chat, from now on."""
        return replace(self.operators, mark=self.operators.version())

    def group(self, *members: Person, kind: str = "supergroup", forum: bool = False) -> int:
        made = self.telegram.post("chats", title="Corner", kind=kind, is_forum=forum, members=[p.id for p in members])
        return int(str(made["id"]))

    def in_group(self, person: Person, chat: int, topic: int | None = None) -> Person:
        """The same person, talking in a group."""
        return Person(self.telegram, person.id, person.name, chat, topic)

    def _opened(self, person: Person) -> Person:
        person.mark = person.version()
        self.telegram.post(f"users/{person.id}/start")
        person.sees("")
        return person

    def calm(self) -> None:
        """Take every fault back and every switch to where a journey expects it."""
        self.telegram.post("faults/clear")
        self.voodoo.server.post("faults/clear")
        for setting in (*SWITCHES, *CALM):
            name, _, value = setting.partition("=")
            self.voodoo.switch(name, value)
        self.voodoo.set_balance(50_000)
        self.octopus.calm()

    def close(self) -> None:
        self.bot.stop()
        for server in (self.telegram, self.voodoo.server, self.octopus.server):
            server.stop()


CALM = (
    "outcome=completed",
    "unknown_status=false",
    "stock=as in the catalog",
    "codes_missing=0",
    "duplicate_status=400",
    "numbers=18",
    "dates=Z",
    "extra_fields=false",
    "key_state=valid",
    "token_lifetime=7200",
    "personal_catalog=false",
    "catalog_answer=file",
    "personal_answer=file",
)


def build_world(folder: Path, make_bot: MakeBot = BotProcess, /, **settings: str) -> World:
    """Start the sandboxes and, when they listen, the bot between them."""
    port = free_port()
    voodoo = start_server("bot.sandbox.voodoo", *_voodoo_arguments(port))
    octopus = start_server("bot.sandbox.octopus", *octopus_arguments(port))
    telegram = start_server("bot.sandbox.telegram", "--token", TOKEN, "--keep", "20")
    # A chat of one, not a group: into a group go twenty messages a minute, and journeys make more notices than that.
    telegram.post(f"users/{OPERATORS}/start")
    environment = {
        "BOT_TOKEN": TOKEN,
        "BOT_API_URL": telegram.url,
        "ADMIN_IDS": ",".join(map(str, ADMINS)),
        "ADMIN_CHAT_ID": str(OPERATORS),
        "DATA_DIR": str(folder),
        "SECRET_KEYS": Fernet.generate_key().decode(),
        "WEB_PORT": str(port),
        "VOODOO_API_KEY": API_KEY,
        "VOODOO_API_URL": voodoo.url,
        "VOODOO_WEBHOOK_SECRETS": f"{WEBHOOK_SECRET},{PREVIOUS_SECRET}",
        "VOODOO_CATALOG": f"{voodoo.url}/catalog.lmdb.zst",
        **octopus_settings(octopus.url),
        "UNCONFIRMED_ALERT_AFTER": "2",
        "FIND_FOR": "4",
        "FOLLOW_AFTER": "2",
        "LOG_LEVEL": "debug",
        **settings,
    }
    bot = make_bot(environment, folder / "bot.log")
    operators = Person(telegram, OPERATORS, "Operators", OPERATORS)
    world = World(telegram, Voodoo(voodoo), Octopus(octopus), bot, operators)
    try:
        bot.start()
        bot.logged("catalog refreshed")  # ready it is with one supplier's items, too
    except BaseException:
        # Nobody else knows of this world yet, so nobody else would end its processes.
        world.close()
        raise
    return world


def _voodoo_arguments(bot_port: int) -> list[str]:
    switches = [part for switch in SWITCHES for part in ("--switch", switch)]
    return [
        *("--api-key", API_KEY, "--items", "300", "--balance", "50000", "--webhook-secret", WEBHOOK_SECRET),
        *("--webhook-url", f"http://127.0.0.1:{bot_port}/webhooks/voodoo", *switches),
    ]
