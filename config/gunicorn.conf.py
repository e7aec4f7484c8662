# ruff: noqa: INP001 - gunicorn reads this file by its path
"""The web server: one process with many threads is enough for a hotline."""

import os
import sys
from pathlib import Path

from hotline.settings import SettingsError, load

MOST_WORKERS = 4

try:
    environment = load().environment
except SettingsError as error:
    sys.exit(str(error))

_host = f"[{environment.host}]" if ":" in environment.host else environment.host
_asked = os.environ.get("WEB_CONCURRENCY", "1")
_memory = Path("/dev/shm")  # noqa: S108 - heartbeat files must not wait for a disk

bind = f"{_host}:{environment.port}"
worker_class = "hotline.server_worker.PatientWorker"
workers = min(int(_asked), MOST_WORKERS) if _asked.isdigit() and int(_asked) else 1
threads = 16
preload_app = False
timeout = 30
graceful_timeout = 10
accesslog = None
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s %(L)s"  # neither whose page nor whose number
logger_class = "hotline.server_log.ServerLog"
loglevel = "warning"
control_socket_disable = True
worker_tmp_dir = str(_memory) if os.access(_memory, os.W_OK) else None
