"""The only place that knows everything: settings, registry, container, life cycle."""
