"""What people want of our messages: STOP, START and the like, as they type them."""

from notifications.wishes.answers import Answer, Button, Choice, answer_to, wish_pressed
from notifications.wishes.understanding import Understood, Wish, understood, wish_in

__all__ = [
    "Answer",
    "Button",
    "Choice",
    "Understood",
    "Wish",
    "answer_to",
    "understood",
    "wish_in",
    "wish_pressed",
]
