"""Errors that Slack documents for each method the bot calls; read on 2026-08-20.

Nearly every method has those in `COMMON`. https://docs.slack.dev/reference/methods
"""

COMMON = (
    "access_denied", "accesslimited", "account_inactive", "deprecated_endpoint",
    "ekm_access_denied", "enterprise_is_restricted", "fatal_error", "invalid_arg_name",
    "invalid_array_arg", "invalid_charset", "invalid_form_data", "invalid_post_type", "is_bot",
    "method_deprecated", "missing_post_type", "missing_scope", "no_permission",
    "not_allowed_token_type", "not_authed", "org_login_required", "ratelimited",
    "request_timeout", "service_unavailable", "team_added_to_org", "token_expired",
    "token_revoked", "two_factor_setup_required", "unknown_method",
)  # fmt: skip
OF_METHOD: dict[str, tuple[str, ...]] = {
    "bookmarks.add": (
        "cannot_bookmark_from_external_org", "cannot_bookmark_restricted_sharing_enabled",
        "channel_not_found", "file_already_added", "file_not_found", "invalid_app_action_type",
        "invalid_bookmark_type", "invalid_child_type", "invalid_emoji", "invalid_entity_id",
        "invalid_link", "invalid_parent_type", "invalid_shortcut_type", "not_implemented",
        "parent_bookmark_disabled", "parent_with_link", "permission_denied",
        "slack_connect_blocked_file_type", "slack_connect_clip_sharing_blocked",
        "slack_connect_file_upload_sharing_blocked", "too_many_bookmarks", "too_many_requests",
        "too_many_tabs",
    ),
    "bookmarks.list": (
        "channel_not_found", "not_implemented",
    ),
    "canvases.create": (
        "canvas_creation_failed", "canvas_disabled_user_team",
        "free_team_canvas_tab_already_exists", "free_teams_cannot_create_non_tabbed_canvases",
        "free_teams_cannot_create_standalone_canvases", "restricted_action",
    ),
    "canvases.edit": (
        "canvas_disabled_user_team", "canvas_editing_failed", "canvas_editing_locked",
        "canvas_not_found", "canvas_too_large", "free_teams_cannot_edit_standalone_canvases",
        "restricted_action",
    ),
    "chat.delete": (
        "cant_delete_message", "channel_not_found", "message_not_found",
    ),
    "chat.postEphemeral": (
        "cannot_reply_to_message", "channel_not_found", "invalid_attachments", "invalid_blocks",
        "invalid_blocks_format", "is_archived", "markdown_text_conflict",
        "message_limit_exceeded", "messages_tab_disabled", "msg_too_long", "no_text",
        "not_in_channel", "restricted_action", "too_many_attachments", "user_not_in_channel",
    ),
    "chat.postMessage": (
        "app_access_restricted", "as_user_not_supported", "attachment_payload_limit_exceeded",
        "cannot_reply_to_message", "channel_not_found", "draft_already_deleted",
        "draft_already_sent", "draft_has_conflict", "draft_not_found",
        "duplicate_channel_not_found", "duplicate_message_not_found", "invalid_blocks",
        "invalid_blocks_format", "invalid_metadata_format", "invalid_metadata_schema",
        "is_archived", "markdown_text_conflict", "message_limit_exceeded",
        "messages_tab_disabled", "metadata_must_be_sent_from_app", "metadata_too_large",
        "missing_file_data", "msg_blocks_too_long", "no_text", "not_in_channel", "rate_limited",
        "restricted_action", "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel", "restricted_action_thread_locked",
        "restricted_action_thread_only_channel", "send_on_behalf_not_allowed",
        "slack_connect_canvas_sharing_blocked", "slack_connect_file_link_sharing_blocked",
        "slack_connect_lists_sharing_blocked", "team_not_found", "too_many_attachments",
        "too_many_contact_cards",
    ),
    "chat.update": (
        "as_user_not_supported", "block_mismatch", "blocked_file_type", "cant_broadcast_message",
        "cant_update_message", "channel_not_found", "edit_window_closed",
        "external_channel_migrating", "file_deleted", "file_is_deleted", "file_not_found",
        "file_share_limit_reached", "invalid_attachments", "invalid_blocks",
        "invalid_blocks_format", "invalid_metadata_format", "invalid_metadata_schema",
        "is_inactive", "markdown_text_conflict", "max_file_sharing_exceeded",
        "message_limit_exceeded", "message_not_found", "metadata_must_be_sent_from_app",
        "metadata_too_large", "msg_too_long", "no_dual_broadcast_content_update", "no_text",
        "posting_to_channel_denied", "slack_connect_blocked_file_type",
        "slack_connect_canvas_sharing_blocked", "slack_connect_clip_sharing_blocked",
        "slack_connect_file_link_sharing_blocked", "slack_connect_file_upload_sharing_blocked",
        "streaming_state_conflict", "team_not_found", "too_many_attachments",
        "unable_to_share_files", "update_failed",
    ),
    "conversations.create": (
        "cannot_create_channel", "canvas_disabled_user_team", "invalid_name",
        "invalid_name_maxlength", "invalid_name_punctuation", "invalid_name_required",
        "invalid_name_specials", "missing_argument", "name_taken", "no_channel",
        "restricted_action",
    ),
    "conversations.history": (
        "channel_is_limited_access", "channel_not_found", "invalid_cursor",
        "invalid_metadata_filter_keys", "invalid_ts_latest", "invalid_ts_oldest",
        "not_in_channel",
    ),
    "conversations.info": (
        "channel_is_limited_access", "channel_not_found",
    ),
    "conversations.invite": (
        "already_in_channel", "app_cannot_join_channel", "cant_invite", "cant_invite_self",
        "channel_not_found", "external_channel_migrating", "invitee_cant_see_channel",
        "is_archived", "method_not_supported_for_channel_type", "no_external_invite_permission",
        "no_user", "not_in_channel", "org_user_not_in_team", "ura_max_channels",
        "user_is_restricted", "user_not_found",
    ),
    "conversations.join": (
        "channel_is_limited_access", "channel_not_found", "is_archived",
        "method_not_supported_for_channel_type", "too_many_members",
    ),
    "conversations.list": (
        "invalid_cursor", "invalid_limit", "invalid_types",
        "method_not_supported_for_channel_type", "missing_argument",
    ),
    "conversations.members": (
        "channel_not_found", "fetch_members_failed", "invalid_cursor", "invalid_limit",
        "method_not_supported_for_channel_type",
    ),
    "conversations.open": (
        "channel_not_found", "invalid_user_combination", "method_not_supported_for_channel_type",
        "not_enough_users", "too_many_users", "user_disabled", "user_not_found",
        "user_not_visible", "users_list_not_supplied",
    ),
    "conversations.replies": (
        "channel_not_found", "invalid_cursor", "invalid_metadata_filter_keys",
        "invalid_ts_latest", "invalid_ts_oldest", "list_record_comment_fetch_failed",
        "method_not_supported_for_channel_type", "thread_not_found",
    ),
    "conversations.setTopic": (
        "channel_not_found", "is_archived", "method_not_supported_for_channel_type",
        "not_in_channel", "too_long", "user_is_restricted",
    ),
    "files.completeUploadExternal": (
        "channel_not_found", "channels_limit_exceeded", "file_not_found",
        "file_type_not_allowed", "file_update_failed", "file_uploads_except_images_disabled",
        "invalid_blocks", "invalid_channel", "not_in_channel", "posting_to_channel_denied",
    ),
    "files.delete": (
        "cant_delete_file", "delete_not_allowed", "file_deleted", "file_deleting_disabled",
        "file_not_found",
    ),
    "files.getUploadURLExternal": (
        "alt_txt_too_large", "file_type_not_allowed", "file_upload_size_restricted",
        "file_uploads_disabled", "file_uploads_except_images_disabled", "missing_argument",
        "snippet_too_large", "storage_limit_reached", "unknown_snippet_type", "unknown_subtype",
    ),
    "pins.add": (
        "already_pinned", "bad_timestamp", "channel_not_found", "external_channel_migrating",
        "file_not_found", "file_not_shared", "message_not_found", "no_item_specified",
        "not_in_channel", "not_pinnable", "restricted_action", "too_many_pins",
    ),
    "usergroups.list": (
        "invalid_cursor", "invalid_team", "missing_argument", "plan_upgrade_required",
        "users_not_found",
    ),
    "usergroups.users.list": (
        "invalid_cursor", "no_such_subteam", "plan_upgrade_required",
    ),
    "users.conversations": (
        "invalid_cursor", "invalid_limit", "invalid_types",
        "method_not_supported_for_channel_type", "missing_argument",
    ),
    "users.info": (
        "too_many_users", "user_not_found", "user_not_visible",
    ),
    "views.open": (
        "duplicate_external_id", "exchanged_trigger_id", "expired_trigger_id",
        "invalid_trigger_id", "view_too_large",
    ),
    "views.publish": (
        "duplicate_external_id", "hash_conflict", "missing_profile_id", "not_enabled",
        "not_implemented", "view_too_large",
    ),
    "views.push": (
        "duplicate_external_id", "exchanged_trigger_id", "expired_trigger_id",
        "invalid_trigger_id", "not_found", "push_limit_reached", "view_too_large",
    ),
    "views.update": (
        "duplicate_external_id", "hash_conflict", "not_found", "view_too_large",
    ),
}  # fmt: skip
