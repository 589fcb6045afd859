from django.apps import AppConfig


class CachingConfig(AppConfig):
    name = "apps.caching"
    label = "caching"

    def ready(self) -> None:
        from apps.events.wake import after_commit

        from .gone import await_gone

        if await_gone not in after_commit:
            after_commit.append(await_gone)
