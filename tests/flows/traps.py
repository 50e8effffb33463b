"""Functions that nothing may ever call."""

SPRUNG: list[str] = []


def spring(*_: object, **__: object) -> None:
    SPRUNG.append("spring")


class Trap:
    def spring(self, *_: object) -> None:
        SPRUNG.append("a method")

    def __reduce__(self) -> tuple[object, tuple[()]]:
        return spring, ()
