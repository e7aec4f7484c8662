"""Settings: read once, every fault reported together, in plain words."""

from hotline.settings.faults import SettingsError
from hotline.settings.line import LineConfig
from hotline.settings.reading import CarrierSettings, Settings, load

__all__ = ["CarrierSettings", "LineConfig", "Settings", "SettingsError", "load"]
