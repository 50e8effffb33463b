"""How often each visitor came within an hour, counted in Redis for all processes."""

from redis import Redis
from redis.exceptions import RedisError

from core.errors import TryLater

_SECONDS = 3600


class Visits:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def count(self, name: str) -> int:
        """Count one more, and answer how many there were since the first.

        Raises:
            TryLater: nobody can count now.
        """
        key = f"sosik:visits:{name}"
        try:
            self._redis.set(key, 0, ex=_SECONDS, nx=True)
            return int(self._redis.incr(key))
        except RedisError as error:
            raise TryLater("", code="redis_away") from error
