"""`hotline fallback-document`."""

import click

from callflows import fallback
from hotline.cli import french
from hotline.cli.product import product


@click.command("fallback-document", cls=french.Command)
@click.option("--thanks", is_flag=True, help="Le second document, celui qui remercie.")
def fallback_document(*, thanks: bool) -> None:
    r"""Affiche le document qui prend un message quand plus rien ne répond chez nous.

    Ils sont deux, à poser côte à côte sur n'importe quel hébergement, ailleurs que sur cette machine :

    \b
      hotline fallback-document > secours.xml
      hotline fallback-document --thanks > merci.xml

    HOTLINE_FALLBACK_URL donne l'adresse du premier ; « hotline provision » la dit à l'opérateur.
    """
    hotline = product()
    hotline.look()
    words, rules = hotline.line.main.words, hotline.line.config.voicemail
    if thanks:
        click.echo(fallback.thanks(words))
        return
    longest, silence = (int(each.total_seconds()) for each in (rules.longest, rules.silence))
    click.echo(fallback.take_message(words, longest=longest, silence=silence))
