"""`hotline check`."""

import json
from dataclasses import asdict

import click

from hotline import checks, logs
from hotline.bootstrap import Hotline
from hotline.checks import Finding
from hotline.cli import french, printing


@click.command("check", cls=french.Command)
@click.option("--json", "as_json", is_flag=True, help="En JSON, pour les programmes.")
@click.pass_context
def check(context: click.Context, as_json: bool) -> None:
    """Ce qui va, ce qui ne va pas, et comment y remédier.

    Regarde les réglages, la base, les clés, les horaires, l'horloge, le compte chez l'opérateur, les adresses
    que le numéro appelle, les SMS et le dépôt des enregistrements. Se termine par un code non nul dès que
    quelque chose ne va pas.
    """
    logs.configure()
    findings: list[Finding] = []
    hotline = context.find_object(Hotline)
    if hotline is None:
        hotline, findings = checks.unbuilt()
    if hotline is not None:
        context.call_on_close(hotline.database.close)
        findings = list(checks.all_of(hotline))
    well = all(finding.ok for finding in findings)
    if as_json:
        report = {"ok": well, "checks": [asdict(finding) for finding in findings]}
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            printing.mark(f"{finding.check:<11} {finding.says}", ok=finding.ok)
    context.exit(0 if well else 1)
