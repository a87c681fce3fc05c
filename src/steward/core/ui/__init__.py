"""The frame of every page: navigation, panels, templates, back office."""
