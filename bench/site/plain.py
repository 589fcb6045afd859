"""Django alone, as it serves by itself."""

from django.core.asgi import get_asgi_application

application = get_asgi_application()
