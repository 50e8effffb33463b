"""The simulated WhatsApp Cloud API: ``python -m sandbox.meta --port 8101``."""

from sandbox.meta.accounts import (
    DEFAULT_DISPLAY_NUMBER,
    DEFAULT_NUMBER_ID,
    DEFAULT_WABA_ID,
    sandbox_token,
)
from sandbox.meta.settings import MetaSettings
from sandbox.meta.simulator import MetaSimulator

__all__ = [
    "DEFAULT_DISPLAY_NUMBER",
    "DEFAULT_NUMBER_ID",
    "DEFAULT_WABA_ID",
    "MetaSettings",
    "MetaSimulator",
    "sandbox_token",
]
