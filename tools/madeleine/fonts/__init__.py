"""The camera's typeface: made from free fonts that packages bring (docs/FORMATS.md, Fonts)."""
