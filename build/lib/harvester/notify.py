"""Tells somebody how a run ended: a command or a webhook of the user's. A failure here only warns."""

import logging
import os
import shlex
import subprocess
import urllib.request

from harvester.report import Report

logger = logging.getLogger(__name__)
_PATIENCE = 30  # seconds


def send(report: Report, command: str, webhook: str) -> None:
    """Hand the report, as JSON, to `command` on its standard input, and POST it to `webhook`; '' means neither.

    No shell reads the command, and nothing of the report is part of it. Its environment gains
    HARVEST_EXIT_CODE and HARVEST_REASON.
    """
    content = report.json().encode()
    if command:
        environment = os.environ | {"HARVEST_EXIT_CODE": str(report.exit_code), "HARVEST_REASON": report.reason}
        try:
            done = subprocess.run(  # noqa: S603
                shlex.split(command), input=content, env=environment, timeout=_PATIENCE, check=False
            )
            if done.returncode:
                logger.warning("NOTIFY_COMMAND ended with %d", done.returncode)
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            logger.warning("NOTIFY_COMMAND could not be run: %s", error)
    if webhook:
        request = urllib.request.Request(webhook, content, {"Content-Type": "application/json"})  # noqa: S310
        try:
            urllib.request.urlopen(request, timeout=_PATIENCE).close()  # noqa: S310
        except (OSError, ValueError) as error:
            logger.warning("NOTIFY_WEBHOOK did not take the report: %s", error)
