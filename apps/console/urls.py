"""Addresses of the console. No handbook's address is `-`."""

from django.urls import path

from .views import acting, everything, figures, handbooks, pages, progress, tokens, trail

app_name = "console"
urlpatterns = [
    path("", handbooks.handbooks, name="handbooks"),
    path("-/everything/", everything.everything, name="everything"),
    path("-/progress/<uuid:operation>/", everything.everything_progress, name="everything_progress"),
    path("-/progress/<uuid:operation>/now/", everything.everything_now, name="everything_now"),
    path("<slug:slug>/", pages.pages, name="pages"),
    path("<slug:slug>/page/", pages.page, name="page"),
    path("<slug:slug>/act/", acting.act, name="act"),
    path("<slug:slug>/progress/<uuid:operation>/", progress.progress, name="progress"),
    path("<slug:slug>/progress/<uuid:operation>/now/", progress.now, name="progress_now"),
    path("<slug:slug>/figures/", figures.figures, name="figures"),
    path("<slug:slug>/audit/", trail.trail, name="audit"),
    path("<slug:slug>/tokens/", tokens.tokens, name="tokens"),
    path("<slug:slug>/tokens/<uuid:token_id>/revoke/", tokens.revoke, name="revoke"),
]
