"""gunicorn, started from Python: threads in one process on SQLite, several processes on PostgreSQL."""

from __future__ import annotations

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from web.clock import Clock
from web.config import Settings


class Server(BaseApplication):
    """One application under gunicorn, with the clock in each worker."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app, self._settings = app, settings
        super().__init__()

    def load_config(self) -> None:
        chosen = {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "workers": self._settings.workers,
            "threads": self._settings.threads,
            "worker_class": "gthread",
            "timeout": 60,
            "graceful_timeout": 20,
            "keepalive": 5,
            "accesslog": None,
            "loglevel": "warning",
            "limit_request_line": 4094,
            "control_socket_disable": True,
            "post_worker_init": _start_clock,
            "worker_exit": _stop_clock,
        }
        for name, value in chosen.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app


def serve(app: Flask, settings: Settings) -> None:
    """Serve until a signal ends it."""
    Server(app, settings).run()


def _start_clock(worker: Any) -> None:
    """After the fork: threads and database connections do not survive one."""
    app: Flask = worker.app.load()
    house = app.extensions["yekuo"]
    with app.app_context():
        house.database.engine.dispose(close=False)
    worker.yekuo_clock = Clock(app)
    worker.yekuo_clock.start()


def _stop_clock(_server: Any, worker: Any) -> None:
    ticking: Clock | None = getattr(worker, "yekuo_clock", None)
    if ticking is not None:
        ticking.stop()
