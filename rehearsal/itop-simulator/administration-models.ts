import type { Definition } from './class-definition.ts';

/** History, triggers, actions, saved queries and tags, as `*` shows them. `code*` alone is a link set that is always empty here. */
export const ADMINISTRATION_DEFINITIONS: Readonly<Record<string, Definition>> = {
  Action: { attributes: 'name description status trigger_list* asynchronous language finalclass friendlyname' },
  ActionEmail: {
    attributes: `name description status trigger_list* asynchronous language test_recipient from from_label reply_to
      reply_to_label to cc bcc subject body importance html_template! ignore_notify finalclass friendlyname`,
  },
  ActionNewsroom: {
    attributes: `name description status trigger_list* asynchronous language title message icon! priority
      test_recipient_id>Person recipients url finalclass friendlyname test_recipient_id_friendlyname
      test_recipient_id_obsolescence_flag`,
  },
  CMDBChange: {
    attributes: 'date userinfo user_id>User origin friendlyname user_id_friendlyname user_id_finalclass_recall',
  },
  CMDBChangeOp: {
    attributes: `change>CMDBChange date userinfo user_id>User objclass objkey finalclass friendlyname change_friendlyname
      user_id_friendlyname`,
  },
  CMDBChangeOpAttachmentAdded: {
    attributes: `change>CMDBChange date userinfo user_id>User objclass objkey attachment_id>Attachment filename finalclass
      friendlyname change_friendlyname user_id_friendlyname attachment_id_friendlyname`,
  },
  CMDBChangeOpCreate: {
    attributes: `change>CMDBChange date userinfo user_id>User objclass objkey finalclass friendlyname change_friendlyname
      user_id_friendlyname`,
  },
  CMDBChangeOpDelete: {
    attributes: `change>CMDBChange date userinfo user_id>User objclass objkey fclass fname finalclass friendlyname
      change_friendlyname user_id_friendlyname`,
  },
  CMDBChangeOpSetAttributeCaseLog: {
    attributes: `change>CMDBChange date userinfo user_id>User objclass objkey attcode lastentry finalclass friendlyname
      change_friendlyname user_id_friendlyname`,
  },
  CMDBChangeOpSetAttributeHTML: {
    attributes: `change>CMDBChange date userinfo user_id>User objclass objkey attcode prevdata finalclass friendlyname
      change_friendlyname user_id_friendlyname`,
  },
  CMDBChangeOpSetAttributeLinksAddRemove: {
    attributes: `change>CMDBChange date userinfo user_id>User objclass objkey attcode item_class item_id type finalclass
      friendlyname change_friendlyname user_id_friendlyname`,
  },
  CMDBChangeOpSetAttributeScalar: {
    attributes: `change>CMDBChange date userinfo user_id>User objclass objkey attcode oldvalue newvalue finalclass
      friendlyname change_friendlyname user_id_friendlyname`,
  },
  Query: {
    attributes: `name description is_template export_count export_last_date export_last_user_id>User
      export_last_user_contact>Contact finalclass friendlyname export_last_user_id_friendlyname
      export_last_user_id_finalclass_recall export_last_user_contact_friendlyname
      export_last_user_contact_obsolescence_flag`,
  },
  QueryOQL: {
    attributes: `name description is_template export_count export_last_date export_last_user_id>User
      export_last_user_contact>Contact oql fields finalclass friendlyname export_last_user_id_friendlyname
      export_last_user_id_finalclass_recall export_last_user_contact_friendlyname
      export_last_user_contact_obsolescence_flag`,
  },
  TagSetFieldData: { attributes: 'code label description obj_class obj_attcode finalclass friendlyname' },
  TagSetFieldDataFor_CustomAsset__labels: {
    attributes: 'code label description obj_class obj_attcode finalclass friendlyname',
  },
  TagSetFieldDataFor_FAQ__domains: {
    attributes: 'code label description obj_class obj_attcode finalclass friendlyname',
  },
  TagSetFieldDataFor_UserRequest__acme_topics: {
    attributes: 'code label description obj_class obj_attcode finalclass friendlyname',
  },
  Trigger: { attributes: 'description action_list* context complement subscription_policy finalclass friendlyname' },
  TriggerOnObjectCreate: {
    attributes:
      'description action_list* context complement subscription_policy target_class filter finalclass friendlyname',
  },
  TriggerOnObjectMention: {
    attributes: `description action_list* context complement subscription_policy target_class filter mentioned_filter
      finalclass friendlyname`,
  },
  TriggerOnObjectUpdate: {
    attributes: `description action_list* context complement subscription_policy target_class filter target_attcodes
      finalclass friendlyname`,
  },
  TriggerOnStateEnter: {
    attributes: `description action_list* context complement subscription_policy target_class filter state finalclass
      friendlyname`,
  },
  TriggerOnStateLeave: {
    attributes: `description action_list* context complement subscription_policy target_class filter state finalclass
      friendlyname`,
  },
  TriggerOnThresholdReached: {
    attributes: `description action_list* context complement subscription_policy target_class filter stop_watch_code
      threshold_index finalclass friendlyname`,
  },
};
