"""Workers of a Dask cluster as an executor: what they have is looked at first, and each chunk is looked at again."""

from __future__ import annotations

import contextlib
import logging
import platform
import socket
import threading
import warnings
import weakref
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future, InvalidStateError
from typing import TYPE_CHECKING, Any

import sim
from sim.compiled import rule_hash
from sim.errors import Fault, InputError, PactsimError
from sim.estimate import some_of

if TYPE_CHECKING:
    from distributed import Client

#: How long a scheduler may take to answer, and then the first worker to be there (s).
PATIENCE_S = 5.0
#: How often one looks whether the scheduler is still there (s); Dask itself first tries to find it again.
LOOK_S = 0.5
_EXAMPLE = "Write --cluster tcp://HOST:8786, as `dask scheduler` prints it."


@contextlib.contextmanager
def workers(address: str | None, threads: int | None = None) -> Iterator[tuple[Executor | None, int | None]]:
    """Join a cluster for a while.

    Parameters
    ----------
    address : str or None
        Of its scheduler, such as ``tcp://127.0.0.1:8786``; None: no cluster.
    threads : int, optional
        Chunks that are to be worked on at the same time; as many as the workers have threads by default.

    Yields
    ------
    tuple
        Executor and number of threads for `run`, `sweep` and the others; both as given where there is no cluster.

    Raises
    ------
    InputError
        If Dask is not installed, or nobody listens at the address.
    PactsimError
        If there is no worker, or one that would give other rows.
    """
    if address is None:
        yield None, threads
        return
    with _quiet(), contextlib.closing(_client(address)) as client:
        _require_workers(client, address)
        refuse_others(client.run(about, on_error="return"))
        with _Workers(client) as executor:
            yield executor, threads or sum(client.nthreads().values())


class _Workers(Executor):
    """The executor of a client, whose futures also end when the scheduler is lost: Dask's own wait for ever."""

    def __init__(self, client: Client) -> None:
        self._client = client
        # Every chunk is a task of its own, even if its arguments are those of another.
        self._lent = client.get_executor(pure=False)
        self._begun: weakref.WeakSet[Future[Any]] = weakref.WeakSet()
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look, name="pactsim-cluster", daemon=True)
        self._watch.start()

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """Send a task away."""
        if self._is_lost:
            raise BrokenExecutor
        found: Future[Any] = self._lent.submit(work, *given, **named)
        self._begun.add(found)
        return found

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Look no more; whoever gave tasks has cancelled those that he does not wait for."""
        self._over.set()
        self._watch.join()

    @property
    def _is_lost(self) -> bool:
        return self._client.status in ("closing", "closed")

    def _look(self) -> None:
        while not self._over.wait(LOOK_S):
            for future in list(self._begun) if self._is_lost else ():
                with contextlib.suppress(InvalidStateError):  # it is done
                    future.set_exception(BrokenExecutor())


def about() -> dict[str, str]:
    """Say what this process has that rows and messages depend on; called on the workers.

    Examples
    --------
    >>> sorted(about())
    ['Python', 'pactsim', 'rules']
    """
    python = ".".join(platform.python_version_tuple()[:2])
    return {"Python": python, "pactsim": sim.__version__, "rules": rule_hash()}


def refuse_others(found: Mapping[str, Any]) -> None:
    """Refuse workers that are not as this process is.

    Parameters
    ----------
    found : mapping of str to dict or Exception
        What `about` gave on each worker, by its address.

    Raises
    ------
    PactsimError
        Naming the workers, what differs, and what to do.

    Examples
    --------
    >>> refuse_others({"tcp://a:1": about()})
    >>> refuse_others({"tcp://a:1": {**about(), "pactsim": "0.0.9"}})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    sim.errors.PactsimError: Worker tcp://a:1 has pactsim 0.0.9, here ...: install the same there.
    """
    own, differing = about(), {}
    for worker, theirs in found.items():
        if not isinstance(theirs, dict):
            differing[worker] = "no pactsim that can be used" if isinstance(theirs, ImportError) else str(theirs)
        elif theirs != own:
            name = next(name for name in own if theirs.get(name) != own[name])
            brief = {"rules": 8}.get(name)
            differing[worker] = f"{name} {str(theirs.get(name))[:brief]}, here {own[name][:brief]}"
    if differing:
        which = some_of(list(differing), 3)
        each = "Worker" if len(differing) == 1 else "Workers"
        has = "has" if len(differing) == 1 else "have"
        raise PactsimError(f"{each} {which} {has} {next(iter(differing.values()))}: install the same there.")


def _client(address: str) -> Client:
    try:
        from distributed import Client
        from distributed.comm.addressing import get_address_host_port
        from distributed.versions import VersionMismatchWarning
    except ImportError as error:
        fix = "Install it with `pip install 'pactsim[cluster]'`."
        raise InputError(Fault("Dask's `distributed`", "none", fix, path="--cluster")) from error
    try:
        # Asked first: a client that cannot connect takes long to give up, and complains when it is taken away.
        socket.create_connection(get_address_host_port(address, strict=True), PATIENCE_S).close()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", VersionMismatchWarning)  # what matters of it, `refuse_others` tells
            return Client(address, timeout=PATIENCE_S, set_as_default=False)
    except (OSError, OverflowError) as error:
        got = f"nobody at {address!r} ({getattr(error, 'strerror', None) or error})"
        raise InputError(Fault("the address of a Dask scheduler", got, _EXAMPLE, path="--cluster")) from error
    except ValueError as error:
        got = f"{address!r} ({error})"
        raise InputError(Fault("the address of a Dask scheduler", got, _EXAMPLE, path="--cluster")) from error


def _require_workers(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=PATIENCE_S)
    except TimeoutError as error:
        raise PactsimError(f"{address}: no worker is there. Start one with `dask worker {address}`.") from error


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask from writing lines of its own: what is the matter is told here, in sentences."""
    logs = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    before = [log.level for log in logs]
    for log in logs:
        log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for log, level in zip(logs, before, strict=True):
            log.setLevel(level)
