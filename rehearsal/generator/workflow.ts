import { emptyFields, keyedClass, listedClass, NO_BLOB, type StoredClass, type StoredFields } from './stored-class.ts';

/** Triggers, actions and saved queries: what an administrator set up, and what the workflow inventory lists. */
export function workflowClasses(): StoredClass[] {
  const trigger = (description: string, target_class: string, rest: StoredFields): StoredFields => ({
    description,
    context: '',
    complement: `class restriction: ${target_class}`,
    subscription_policy: 'allow_no_channel',
    target_class,
    filter: '',
    ...rest,
  });
  const mail = (name: string, status: string, to: string, subject: string): StoredFields => ({
    ...emptyFields('language test_recipient from_label reply_to reply_to_label cc bcc'),
    name,
    description: 'x',
    status,
    asynchronous: 'use_global_setting',
    from: 'itsm@example.com',
    to,
    subject,
    body: '<p>Bonjour $this-&gt;caller_id-&gt;friendlyname$,</p><p>$this-&gt;html(description)$</p>',
    importance: 'normal',
    html_template: NO_BLOB,
    ignore_notify: 'yes',
  });
  return [
    keyedClass(
      'TriggerOnStateEnter',
      new Map([[1, trigger('UR resolved → mail caller', 'UserRequest', { state: 'resolved' })]]),
    ),
    keyedClass('TriggerOnStateLeave', new Map([[2, trigger('leave pending', 'Incident', { state: 'pending' })]])),
    keyedClass(
      'TriggerOnObjectCreate',
      new Map([[3, trigger('new incident', 'Incident', { filter: "SELECT Incident WHERE priority = '1'" })]]),
    ),
    keyedClass(
      'TriggerOnObjectUpdate',
      new Map([[4, trigger('priority changed', 'UserRequest', { target_attcodes: 'impact, priority' })]]),
    ),
    keyedClass(
      'TriggerOnThresholdReached',
      new Map([[5, trigger('TTR 75%', 'UserRequest', { stop_watch_code: 'ttr', threshold_index: '75' })]]),
    ),
    keyedClass(
      'ActionEmail',
      new Map([
        [1, mail('Mail caller', 'enabled', 'SELECT Person WHERE id = :this->caller_id', '[$this->ref$] résolu')],
        [2, mail('Mail team', 'disabled', 'SELECT Team WHERE id = :this->team_id', '[$this->ref$] nouveau')],
      ]),
    ),
    keyedClass(
      'ActionNewsroom',
      new Map([
        [
          3,
          {
            name: 'Newsroom',
            description: '',
            status: 'enabled',
            asynchronous: 'use_global_setting',
            language: 'EN US',
            title: '$this->friendlyname$',
            message: 'New message',
            icon: NO_BLOB,
            priority: '4',
            test_recipient_id: '0',
            recipients: 'SELECT Person WHERE id = :this->agent_id',
            url: '$this->url()$',
          },
        ],
      ]),
    ),
    listedClass('lnkTriggerAction', [
      { action_id: '1', trigger_id: '1', order: '0' },
      { action_id: '2', trigger_id: '3', order: '1' },
      { action_id: '3', trigger_id: '4', order: '0' },
    ]),
    listedClass('QueryOQL', [
      {
        name: 'Agent of the Ticket',
        description: 'Notifies the agent.',
        is_template: 'yes',
        export_count: '0',
        export_last_date: '',
        export_last_user_id: '0',
        export_last_user_contact: '0',
        oql: 'SELECT Person WHERE id=:this->agent_id',
        fields: 'id,email',
      },
    ]),
  ];
}
