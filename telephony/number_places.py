"""Places of numbers by libphonenumber's geocoder; any thread.

Its tables take some 100 MB and most of a second when they are first asked: only for an order whose
rules go by regions, and whose customer has neither a place nor an area code that tells one.
"""

from __future__ import annotations


class GeocodedNumbers:
    """`ports.number_places.NumberPlaces` over the tables that come with ``phonenumbers``."""

    def __init__(self, language: str = "en") -> None:
        """Name places in ``language`` (BCP 47), in English where the tables have no such name."""
        self._language = language

    def place_of(self, e164: str) -> str:
        """Return the place of the number; a country is none, and rubbish has none."""
        import phonenumbers
        from phonenumbers import geocoder

        try:
            number = phonenumbers.parse(e164)
        except phonenumbers.NumberParseException:
            return ""
        place = geocoder.description_for_number(number, self._language)
        region = phonenumbers.region_code_for_number(number)
        country = geocoder.country_name_for_number(number, self._language) if region else ""
        return "" if place == country else place
