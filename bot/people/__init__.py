"""What people may do, and when they may be interrupted."""
