"""The countries that the account may call: of the voice API, on another host in earnest."""

from __future__ import annotations

from typing import Any

from flask import Flask, request

from hotline.rehearsal.exchange import Exchange

PATH = "/v1/DialingPermissions/Countries"


def add_countries(app: Flask, exchange: Exchange) -> None:
    """Serve the list of countries, of which one page holds all."""

    @app.get(PATH)
    def list_countries() -> dict[str, Any]:
        wished = request.args.get("LowRiskNumbersEnabled", "true").lower() == "true"
        found = exchange.faults.countries if wished else []
        meta = {"page": 0, "page_size": 1000, "key": "content", "next_page_url": None, "url": request.url}
        return {"content": [_shape(country) for country in found], "meta": meta}


def _shape(country: str) -> dict[str, Any]:
    return {
        "iso_code": country,
        "name": country,
        "continent": "EUROPE",
        "country_codes": [],
        "low_risk_numbers_enabled": True,
        "high_risk_special_numbers_enabled": False,
        "high_risk_tollfraud_numbers_enabled": False,
        "url": f"{request.base_url}/{country}",
        "links": {},
    }
