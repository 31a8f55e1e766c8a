"""A server of our own in a process of its own, made to be killed.

The forking server has everything imported already, so that a round of dying and
coming back takes a fraction of a second.
"""

import multiprocessing
import socket
import time
from multiprocessing.process import BaseProcess

import uvicorn
from pydantic import SecretStr

from api.foundation.settings import Settings
from api.main import create_app

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__])
START_SECONDS = 30.0


def free_port() -> int:
    """Find a port on the loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(url: str, port: int) -> None:
    """Serve until killed."""
    settings = Settings(
        database_url=url,
        secret_key=SecretStr("a secret of the tests, long enough to be accepted"),
        log_level="error",
        worker_in_process=False,
    )
    uvicorn.run(
        create_app(settings),
        host="127.0.0.1",
        port=port,
        log_level="error",
        access_log=False,
    )


def start(url: str, port: int) -> BaseProcess:
    """Start a server and return when it listens."""
    process = _CONTEXT.Process(target=serve, args=(url, port), daemon=True)
    process.start()
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.is_alive():
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return process
    process.kill()
    process.join()
    raise RuntimeError("the server did not start")


def kill(process: BaseProcess) -> None:
    """End exactly this process, without a chance to tidy up."""
    process.kill()
    process.join()
