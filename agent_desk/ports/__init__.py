"""What services need from the outside world, as Protocols that adapters implement."""
