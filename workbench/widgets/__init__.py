"""Panels in JupyterLab: configurations side by side, `%%ask`, the prompt lab."""
