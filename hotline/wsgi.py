"""What gunicorn serves: `hotline.wsgi:app`."""

from hotline import bootstrap, logs
from hotline.replay import Replayer
from hotline.web import create_app
from hotline.web.clock_watch import ClockWatch

logs.configure()
hotline = bootstrap.build()
app = create_app(hotline)
Replayer(hotline).start()
ClockWatch(hotline).start()
