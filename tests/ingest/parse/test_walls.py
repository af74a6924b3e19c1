"""What stands in front of an article is known in many forms and languages; an article about it is an article."""

from __future__ import annotations

import pytest

from ingest.parse.walls import wall_of

CHECK, CONSENT, LOGIN, NONE = "a bot check", "a consent page", "a log-in or a paywall", "a page that says there is none"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (CHECK, "Performing security verification. This website uses a security service to protect against bad bots."
                " This page is displayed while the website verifies you are not a bot. Ray ID: 9a1b2c3d4e5f"),
        (CHECK, "Pardon Our Interruption. As you were browsing something made us think you were a bot."
                " You're a power user moving through this website with super-human speed. You've disabled cookies."
                " Make sure JavaScript is not disabled. Reference ID: 1234"),
        (CHECK, "Access Denied. You don't have permission to access this page on this server. Reference #18.2d1f"),
        (CHECK, "Please verify you are a human. Access to this page has been denied because we believe you are using"
                " automation tools to browse the website. Please make sure that Javascript and cookies are enabled."),
        (LOGIN, "Whoa there, pardner! Your request has been blocked due to a network policy. Try logging in or creating"
                " an account here to get back to browsing. If you're running a script, change your User-Agent."),
        (CHECK, "JavaScript is disabled in this browser. Please enable JavaScript or switch to a supported browser to"
                " continue using the site."),
        (CHECK, "Sicherheitsüberprüfung. Bestätigen Sie, dass Sie kein Roboter sind. Ihre Verbindung wird geprüft."),
        (CHECK, "访问验证。请完成安全验证后继续访问。"),
        (CONSENT, "Wir verwenden Cookies. Ihre Privatsphäre ist uns wichtig. Alle akzeptieren. Cookie-Einstellungen."),
        (CONSENT, "Before you continue to the site: we use cookies and data to show personalised ads. Accept all."),
        (LOGIN, "Log in to view this post. Don't have an account? Sign up. Forgot your password?"),
        (LOGIN, "This post is for paid subscribers. Subscribe to keep reading. Already a paid subscriber? Sign in."),
        (LOGIN, "Dieser Artikel ist nur für Abonnenten. Jetzt abonnieren und weiterlesen. Schon Abonnent? Anmelden."),
        (LOGIN, "Cet article est réservé aux abonnés. Abonnez-vous pour lire la suite. Déjà abonné ? Connectez-vous."),
        (NONE, "Sorry, the page you were looking for could not be found. It may have been moved or deleted. Please"
               " check the address or go back to our home page."),
        (NONE, "Seite nicht gefunden. Die angeforderte Seite existiert nicht. Zur Startseite."),
        (NONE, "451: Unavailable for legal reasons. This content is not available in your region due to GDPR."),
        (NONE, "We are down for maintenance. We will be back soon. Please try again later."),
        (NONE, "お探しのページは見つかりません。"),
    ],
)  # fmt: skip
def test_what_is_about_getting_past_it_is_a_wall(kind: str, text: str) -> None:
    assert wall_of(text) == kind


@pytest.mark.parametrize("mark", ['<div id="anubis_challenge">', "window._cf_chl_opt={}", '<div id="px-captcha">'])
def test_a_makers_mark_is_enough_whatever_the_language(mark: str) -> None:
    assert wall_of("Trwa sprawdzanie. To może potrwać kilka sekund.", markup=f"<html>{mark}</html>") == CHECK


@pytest.mark.parametrize(
    "text",
    [
        "Cloudflare has changed how it checks that visitors are human. The company says that captchas cost people 500"
        " years a day. Its new test needs no click. Websites that use it have seen fewer complaints, and the share of"
        " bots among visitors fell to a third within a month, according to a report on Tuesday.",
        "The Circuit raises the price of its subscription to nine dollars a month. Readers who pay already keep their"
        " price until March. The newspaper has 90,000 subscribers and lost money in each of the last four years. Its"
        " editor said that advertising had fallen by a fifth.",
        "Harbor was down for two hours on Tuesday. A faulty update of a router in Porto was the cause, it said."
        " Customers in Spain could not reach their files. All services have worked again since noon.",
        "The European Union wants to end cookie banners. A draft lets people choose once in their browser. Publishers"
        " fear for their income from personalised advertising, which paid for 60 percent of all news sites last year.",
        "Tarn sells NPUs for cheap laptops since Monday. The NPUs cost 40 dollars each and reach 45 TOPS.",
    ],
)
def test_an_article_about_such_things_is_an_article(text: str) -> None:
    assert wall_of(text) == ""


def test_an_article_with_a_banner_is_an_article() -> None:
    article = " ".join(f"In part {n} the laboratory describes how the model was trained on text." for n in range(12))
    assert wall_of(f"We use cookies. Accept all. Cookie settings.\n{article}") == ""
