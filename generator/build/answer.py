"""A worker's answer, as bytes on their way to the process that asked."""

import traceback
from collections.abc import Callable

import msgspec

from generator import errors
from generator.build.shard import ShardResult
from generator.errors import PublishError, QwikfolioError


class _Failure(msgspec.Struct, frozen=True, tag=True):
    """An error of a worker's."""

    kind: str
    what: str
    where: str | None = None
    fix: str | None = None


class _Success(msgspec.Struct, frozen=True, tag=True):
    result: ShardResult


_KINDS: dict[str, type[QwikfolioError]] = {
    name: it
    for name, it in vars(errors).items()
    if isinstance(it, type) and issubclass(it, QwikfolioError)
}
"""What an answer may raise."""

_answers = msgspec.msgpack.Decoder(_Success | _Failure)


def answer(build: Callable[[], ShardResult]) -> bytes:
    """What `build` gave, or the error it raised."""
    try:
        return msgspec.msgpack.encode(_Success(build()))
    except QwikfolioError as error:
        return refusal(error)
    except Exception:
        return msgspec.msgpack.encode(_Failure("", traceback.format_exc()))


def refusal(error: QwikfolioError) -> bytes:
    """The error as an answer."""
    kind = next(it.__name__ for it in type(error).__mro__ if hasattr(errors, it.__name__))
    return msgspec.msgpack.encode(_Failure(kind, error.what, error.where, error.fix))


def open_answer(body: bytes) -> ShardResult:
    """What a worker built.

    Raises:
        QwikfolioError: The worker's, as it was raised there.
        PublishError: It is no answer.
        RuntimeError: The worker's fault, with its traceback.
    """
    try:
        outcome = _answers.decode(body)
    except msgspec.MsgspecError:
        raise PublishError(
            "a worker's answer can't be read",
            fix="see that nothing but this software runs on the workers, then build again",
        ) from None
    if isinstance(outcome, _Success):
        return outcome.result
    kind = _KINDS.get(outcome.kind)
    if kind is None:
        raise RuntimeError(outcome.what)
    raise kind(outcome.what, where=outcome.where, fix=outcome.fix)
