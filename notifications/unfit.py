"""Why a setting cannot be what somebody wants it to be."""

from core.errors import NotPossible


class Unfit(ValueError):
    """What a value must be, as a marked sentence that begins behind the setting's name.
    It names its ``values`` as ``%(so)s``."""

    def __init__(self, sentence: str, /, **values: object) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence = sentence
        self.values = values


class SettingRefused(NotPossible):
    """``name`` is the setting, ``why`` what it must be."""

    def __init__(self, name: str, why: Unfit) -> None:
        super().__init__(f"{name} {why}")
        self.name = name
        self.why = why
