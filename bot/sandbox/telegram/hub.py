"""One local Telegram: its world, its faults, and what connects them to the bot."""

from bot.sandbox.telegram.config import SandboxConfig
from bot.sandbox.telegram.errors import BadRequest, Forbidden
from bot.sandbox.telegram.faults import Faults
from bot.sandbox.telegram.menus import Menus
from bot.sandbox.telegram.model import BotStanding, Chat
from bot.sandbox.telegram.pacing import Pacing
from bot.sandbox.telegram.shapes import JsonObject
from bot.sandbox.telegram.updates import UpdateQueue
from bot.sandbox.telegram.webhook import Webhook
from bot.sandbox.telegram.world import World


class LocalTelegram:
    """Holds the parts; a reset replaces their contents, never the hub."""

    def __init__(self, config: SandboxConfig) -> None:
        self.config = config
        self.epoch = 1
        self._fill()

    def _fill(self) -> None:
        self.world = World(self.config)
        self.faults = Faults(self.world)
        self.pacing = Pacing()
        self.menus = Menus()
        self.profile: dict[tuple[str, str], str] = {}
        self.updates = UpdateQueue(self.config.updates_kept)
        self.webhook = Webhook(self.world, self.updates)
        self.rate_limits = self.config.rate_limits

    async def reset(self) -> None:
        """Begin anew: every waiting call ends, nothing of the past remains."""
        await self.close()
        version = self.world.changes.version
        next_update_id = self.updates.next_id
        self.epoch += 1
        self._fill()
        # Both numbers must only ever grow: pages and bots compare them with what they saw before.
        self.world.changes.version += version + 1
        self.updates.next_id = next_update_id

    async def close(self) -> None:
        """Wake everybody who waits and stop pushing."""
        self.wake()
        await self.webhook.remove()

    def wake(self) -> None:
        """End all waiting, so that the server can stop at once."""
        self.world.changes.close()
        self.updates.arrivals.close()

    def tell_bot(self, kind: str, content: JsonObject) -> int | None:
        """Queue an update; return its id unless the bot does not want this kind."""
        return self.updates.add(kind, content)

    def check_reachable(self, chat: Chat) -> None:
        """Raise what Telegram answers when the bot may not write to this chat."""
        if chat.migrated_to is not None:
            raise BadRequest("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
        if chat.is_private:
            self._check_private(chat)
        elif chat.standing is BotStanding.KICKED:
            raise Forbidden(f"bot was kicked from the {chat.kind} chat")
        elif chat.standing is BotStanding.LEFT:
            raise Forbidden(f"bot is not a member of the {chat.kind} chat")

    def _check_private(self, chat: Chat) -> None:
        user = self.world.users[chat.id]
        if user.deactivated:
            raise Forbidden("user is deactivated")
        if user.blocks_bot:
            raise Forbidden("bot was blocked by the user")
        if not chat.started and user.met_bot:
            raise Forbidden("bot can't initiate conversation with a user")
        if not chat.started:
            raise BadRequest("chat not found")
