"""`hotline tick`."""

import click

from hotline import migrations
from hotline.cli import french, printing
from hotline.cli.product import product
from scheduler import timetable


@click.command("tick", cls=french.Command)
@click.pass_context
def tick(context: click.Context) -> None:
    """Fait une fois tout ce qui est à faire, puis s'arrête : pour cron et pour les essais."""
    hotline = product()
    migrations.require_current(hotline.database)
    done = timetable.run_due(hotline)
    for job in done:
        if job.says:
            printing.mark(f"{job.name} : {job.says}", ok=not job.failed)
    context.exit(1 if any(job.failed for job in done) else 0)
