"""How many of something, in the English of the terminal and of messages."""


def counted(number: int, one: str, many: str = "") -> str:
    """A number of things: `1 post`, `1,200 posts`. A noun that takes no `s` gives its plural, too."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
