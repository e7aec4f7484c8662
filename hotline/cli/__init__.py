"""The command line `hotline`: each command is imported when it is used, so that help comes at once."""

from hotline.cli.french import Lazy, Main

COMMANDS = {
    "check": Lazy("hotline.cli.check:check", "Ce qui va, ce qui ne va pas, et comment y remédier."),
    "provision": Lazy("hotline.cli.provision:provision", "Dit à Twilio où mène chacun de nos numéros."),
    "db": Lazy("hotline.cli.database:db", "La base de données : la mettre à jour, revenir en arrière."),
    "backup": Lazy("hotline.cli.backup:backup", "Sauvegarde tout dans un seul fichier chiffré."),
    "restore": Lazy("hotline.cli.backup:restore", "Remet une sauvegarde à une place vide."),
    "serve": Lazy("hotline.cli.serve:serve", "Fait tourner la ligne sur cette machine : web et horloge."),
    "tick": Lazy("hotline.cli.tick:tick", "Fait une fois tout ce qui est à faire, comme l'horloge."),
    "volunteer": Lazy(
        "hotline.cli.volunteer:volunteer",
        "Les bénévoles : ajouter, importer, lister ; leur code, leurs absences.",
    ),
    "caller": Lazy("hotline.cli.caller:caller", "Les personnes appelées : leurs souhaits et leurs accords."),
    "coordinator": Lazy(
        "hotline.cli.coordinator:coordinator", "Qui se connecte au bureau : ajouter, retirer, lister."
    ),
    "shift": Lazy("hotline.cli.shift:shift", "Les permanences des écoutants : importer, lister."),
    "assignment": Lazy(
        "hotline.cli.assignment:assignment", "Les attributions : qui appelle qui et quand ; confier, changer."
    ),
    "round": Lazy(
        "hotline.cli.round:assignment_round", "Un tour d'attribution maintenant, avec ses raisons."
    ),
    "sweep": Lazy("hotline.cli.sweep:sweep", "Rapporte ce que l'opérateur sait et que nous ne savons pas."),
    "missions": Lazy("hotline.cli.missions:missions", "Notre mission publiée sur la Réserve civique."),
    "fallback-document": Lazy(
        "hotline.cli.fallback:fallback_document", "Le document qui prend un message quand tout est arrêté."
    ),
    "export": Lazy("hotline.cli.export:export", "Tout ce qui est gardé, en JSON, CSV ou Excel."),
    "keys": Lazy("hotline.cli.keys:keys", "Les clés de chiffrement : en faire une, confirmer une copie."),
    "demo-data": Lazy("hotline.cli.demo:demo_data", "Des bénévoles et des écoutants fictifs, pour essayer."),
    "rehearse": Lazy(
        "hotline.cli.rehearse:rehearse",
        "La répétition : le vrai produit, un faux opérateur, aucun vrai téléphone.",
    ),
}

main = Main(
    name="hotline",
    help="On se parle !! : la ligne d'écoute et de rappel des personnes isolées.",
    lazy=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
