"""What `make bench` measures. See registry.py for how a bench is written."""
