"""The web as gunicorn serves it, in a hurry to find that the clock stands still."""

from hotline import bootstrap, logs
from hotline.web import create_app
from hotline.web.clock_watch import ClockWatch

logs.configure()
hotline = bootstrap.build()
app = create_app(hotline)
ClockWatch(hotline, every=0.2, still_for=1).start()
