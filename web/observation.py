"""What operators see: JSON logs without personal data, /healthz and /metrics."""

from __future__ import annotations

import hmac
import logging
import time
from typing import Final

import structlog
from flask import Blueprint, Flask, Response, g, jsonify, request
from flask_babel import gettext as _
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import text

from web import almanac
from web.auth.access import public
from web.config import Settings
from web.context import now, settings
from web.database import read
from web.errors import Forbidden
from web.pulse import pulse_of

blueprint = Blueprint("observation", __name__)

REGISTRY: Final = CollectorRegistry()
_REQUESTS: Final = Counter("yekuo_requests_total", "Requests answered.", ("endpoint", "status"), registry=REGISTRY)
_SECONDS: Final = Histogram("yekuo_request_seconds", "Time to answer.", ("endpoint",), registry=REGISTRY)
_OLDEST: Final = Gauge("yekuo_oldest_due_seconds", "Age of the oldest due timer or job.", ("kind",), registry=REGISTRY)
_OPEN: Final = Gauge("yekuo_incidents_open", "Incidents that wait for a person.", registry=REGISTRY)

_GUESSED: Final = Gauge(
    "yekuo_calendar_guessed", "1 while a holiday notice that should be known is missing.", registry=REGISTRY
)

log = structlog.get_logger("yekuo.web")


def configure_logging(level: str) -> None:
    """One JSON object per line, our own and those of libraries; names and addresses of people never get into it."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    line = structlog.processors.JSONRenderer(ensure_ascii=False)
    handler = logging.StreamHandler()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=line, foreign_pre_chain=shared))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("apscheduler", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping().get(level, logging.INFO)),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.started = time.perf_counter()


def _end(response: Response) -> Response:
    """The route, never the address: addresses of pages can hold numbers that people typed."""
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    endpoint = request.endpoint or "none"
    _REQUESTS.labels(endpoint, response.status_code).inc()
    _SECONDS.labels(endpoint).observe(seconds)
    if endpoint not in _QUIET:
        log.info(
            "request", method=request.method, endpoint=endpoint, status=response.status_code, ms=round(seconds * 1000)
        )
    return response


_QUIET: Final = frozenset({"static", "observation.healthz", "observation.metrics"})


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """Is this process able to answer, and is the clock beating."""
    read().execute(text("SELECT 1"))
    pulse = pulse_of(read(), now())
    guessed = almanac.guessed_from(read(), now())
    return jsonify(
        status="ok" if pulse.healthy else "late",
        oldest_due_seconds=pulse.oldest_seconds,
        calendar_guessed_from=guessed.isoformat() if guessed else None,
    )


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """Figures for Prometheus: from this machine, or with the token of the settings."""
    _check_reader(settings())
    pulse = pulse_of(read(), now())
    _OLDEST.labels("timer").set(pulse.timer_seconds)
    _OLDEST.labels("job").set(pulse.job_seconds)
    _OPEN.set(pulse.incidents)
    _GUESSED.set(almanac.guessed_from(read(), now()) is not None)
    return Response(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def _check_reader(chosen: Settings) -> None:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    known = chosen.metrics_token and hmac.compare_digest(token.encode(), chosen.metrics_token.encode())
    here = request.remote_addr in {"127.0.0.1", "::1"} and "X-Forwarded-For" not in request.headers
    if not (known or here):
        raise Forbidden(_("这些数字只对监控开放。"), _("在本机读取，或带上 YEKUO_METRICS_TOKEN。"))
