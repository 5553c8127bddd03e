"""Settings of the floor: Django with nothing but a database, templates and compression."""

from __future__ import annotations

import os

import dj_database_url

SECRET_KEY = "bench"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench.floor_urls"
INSTALLED_APPS: list[str] = []
# A page of the product is compressed too.
MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
# Reads with the owner's leave: no row-level security, no scope.
DATABASES = {"default": dj_database_url.parse(os.environ["DATABASE_OWNER_URL"], conn_max_age=600)}
USE_TZ = True
