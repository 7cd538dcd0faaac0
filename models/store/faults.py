"""What the database driver raises, in our own terms."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from models.errors import BadInput, StoreUnavailable


@contextmanager
def translated() -> Iterator[None]:
    """Raise our own errors for those of the driver that a user can do something about."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise BadInput(
            "A name or id has characters that cannot be stored.", remedy="Give proper text."
        ) from error
    except (OperationalError, PoolTimeout) as error:
        raise _unavailable(error) from error
    except DatabaseError as error:
        # A damaged file; subclasses (a broken constraint, a wrong statement) are our mistakes and stay loud.
        if type(error) is DatabaseError:
            raise _unavailable(error) from error
        raise


def _unavailable(error: Exception) -> StoreUnavailable:
    return StoreUnavailable(
        f"The database cannot be used: {getattr(error, 'orig', error)}.",
        remedy="Check that it can be reached, its disk is not full, and no other program holds it locked.",
    )
