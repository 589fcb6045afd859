"""Django alone, over both its protocols."""

from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application

asgi, wsgi = get_asgi_application(), get_wsgi_application()
