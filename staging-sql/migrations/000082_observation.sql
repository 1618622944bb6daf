-- Tags, articles, collections and custom object instances are looked at too.
alter table reconcile.observation drop constraint observation_object_type_check;
alter table reconcile.observation add constraint observation_object_type_check
  check (object_type in ('conversation', 'contact', 'company', 'tag', 'custom_object_instance', 'collection', 'article'));
