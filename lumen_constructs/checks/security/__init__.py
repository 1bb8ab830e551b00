"""Rules about what a pod may do and see: Pod Security, tokens, secrets, images, RBAC."""
