"""Pages and frames of the readers room; what is shown is decided in `readers.selectors`."""
