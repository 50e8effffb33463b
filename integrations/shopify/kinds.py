"""The kinds of values in Shopify's bodies, each read strictly and at once.

The general way, through hooks and validators that none of these has, takes twice as
long, and an order has thirty fields. None is a field that is null or missing.
"""

from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError, fields, missing

from core.moments import is_believable

LARGEST_ID = 2**63 - 1


class Text(fields.String):
    def deserialize(self, value: Any, *_rest: Any, **_more: Any) -> Any:
        if type(value) is str:
            return value
        if value is None or value is missing:
            return None
        raise self.make_error("invalid")


class Moment(fields.AwareDateTime):
    """ISO 8601 with any offset, of a time that can be meant; comes out in UTC."""

    def deserialize(self, value: Any, *_rest: Any, **_more: Any) -> Any:
        if value is None or value is missing:
            return None
        if type(value) is str:
            try:
                moment = datetime.fromisoformat(value)
                if moment.tzinfo is not None and is_believable(moment):
                    return moment.astimezone(UTC)
            except (ValueError, OverflowError):
                pass
        raise self.make_error("invalid", input=None, obj_type=self.OBJ_TYPE)


class MomentIfAny(Moment):
    """For a time that nothing depends on: one that cannot be read is not told."""

    def deserialize(self, value: Any, *_rest: Any, **_more: Any) -> Any:
        try:
            return super().deserialize(value)
        except ValidationError:
            return None


class MaybeId(fields.Integer):
    """A whole number that fits the database. Samples go past what a float can hold."""

    def deserialize(self, value: Any, *_rest: Any, **_more: Any) -> Any:
        if value is None or value is missing:
            return None
        if type(value) is int:
            if 1 <= value <= LARGEST_ID:
                return value
            raise ValidationError(f"Must be between 1 and {LARGEST_ID}.")
        raise self.make_error("invalid", input=None)


class Id(MaybeId):
    def deserialize(self, value: Any, *_rest: Any, **_more: Any) -> Any:
        if value is missing:
            raise self.make_error("required")
        if value is None:
            raise self.make_error("null")
        return super().deserialize(value)


class Flag(fields.Boolean):
    def deserialize(self, value: Any, *_rest: Any, **_more: Any) -> Any:
        if value is None or value is missing:
            return None
        if value is True or value is False:
            return bool(value)
        raise self.make_error("invalid", input=None)
