"""Sites for a test run, each with a database of its own, copied from one that was migrated once."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.services.site import Site


class Sites:
    """Makes sites that are not started yet; `stop()` ends them all.

    `cluster_url` names a PostgreSQL cluster; empty: each site has a SQLite file. `prefix` keeps apart the
    databases of several test processes on one cluster.
    """

    def __init__(self, folder: Path, cluster_url: str, prefix: str) -> None:
        self.folder, self.cluster_url, self.prefix = folder, cluster_url, prefix
        self.made: list[Site] = []
        self.empty: Site | None = None

    def __call__(self, **env: str) -> Site:
        """A migrated, empty site; `env` are its settings: `CAIRN_...="..."`."""
        if self.empty is None:
            self.empty = self._create("empty", {})
            self.empty.manage("migrate", "--verbosity=0")
        site = self._create(f"{len(self.made) + 1}", env, template=self.empty)
        self.made.append(site)
        return site

    def stop(self) -> None:
        for site in self.made:
            site.stop()

    def _create(self, name: str, env: dict[str, str], template: Site | None = None) -> Site:
        folder = self.folder / name
        if self.cluster_url:
            folder.mkdir(parents=True)
            return Site(folder, database_url=self._database(name, template), env=env)
        if template is None:
            folder.mkdir(parents=True)
        else:
            shutil.copytree(template.folder, folder)
        return Site(folder, env=env)

    def _database(self, name: str, template: Site | None) -> str:
        """The URL of a new database. Nobody is connected to the template any more: its command has ended."""
        database = f"{self.prefix}_{name}"
        source = f' TEMPLATE "{urlsplit(template.env["DATABASE_URL"]).path[1:]}"' if template else ""
        with psycopg.connect(self.cluster_url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}"{source}'.encode())
        return urlsplit(self.cluster_url)._replace(path=f"/{database}").geturl()


def server_beside(site: Site, number: int = 1) -> Site:
    """Another server of the same site, with a log of its own; not started yet."""
    folder = site.folder.with_name(f"{site.folder.name}-beside-{number}")
    folder.mkdir()
    return Site(folder, database_url=site.env["DATABASE_URL"], env=site.env)
