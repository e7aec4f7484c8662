"""What gunicorn serves: `hotline.wsgi:app`."""

from hotline import bootstrap, logs
from hotline.web import create_app

logs.configure()
app = create_app(bootstrap.build())
