"""The floor: a bare Django view that renders 20 rows from the same database, page sizes chosen by the query."""

from __future__ import annotations

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.floor_settings"

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
