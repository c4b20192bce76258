"""How Voodoo signs its webhooks (WEBHOOKS page)."""

from typing import Final

from bot.suppliers.signing import Signing

SIGNING: Final = Signing("x-webhook-signature", "sha256=")
