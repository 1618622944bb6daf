/** All classes of an iTop 3.2 community with ITIL modules, in the order in which its OQL errors list them. */
const STANDARD_NAMES: readonly string[] = `
  AsyncTask AsyncSendEmail AsyncSendNewsroom DBProperty CMDBChange CMDBChangeOp CMDBChangeOpCreate
  CMDBChangeOpDelete CMDBChangeOpSetAttribute CMDBChangeOpSetAttributeScalar CMDBChangeOpSetAttributeTagSet
  CMDBChangeOpSetAttributeURL CMDBChangeOpSetAttributeBlob CMDBChangeOpSetAttributeOneWayPassword
  CMDBChangeOpSetAttributeEncrypted CMDBChangeOpSetAttributeText CMDBChangeOpSetAttributeLongText
  CMDBChangeOpSetAttributeHTML CMDBChangeOpSetAttributeCaseLog CMDBChangeOpPlugin CMDBChangeOpSetAttributeLinks
  CMDBChangeOpSetAttributeLinksAddRemove CMDBChangeOpSetAttributeLinksTune CMDBChangeOpSetAttributeCustomFields
  AuditCategory AuditDomain lnkAuditCategoryToAuditDomain AuditRule Query QueryOQL ModuleInstallation
  ExtensionInstallation BulkExportResult UserDashboard Shortcut ShortcutOQL appUserPreferences User UserInternal
  Event EventNotification EventNotificationEmail EventIssue EventWebService EventRestService EventLoginUsage
  EventOnObject Action ActionNotification ActionEmail Trigger TriggerOnObject TriggerOnPortalUpdate
  TriggerOnStateChange TriggerOnStateEnter TriggerOnStateLeave TriggerOnObjectCreate TriggerOnObjectDelete
  TriggerOnObjectUpdate TriggerOnObjectMention TriggerOnAttributeBlobDownload lnkTriggerAction
  TriggerOnThresholdReached iTopOwnershipToken TagSetFieldData SynchroDataSource SynchroAttribute SynchroAttExtKey
  SynchroAttLinkSet SynchroLog SynchroReplica BackgroundTask InlineImage KeyValueStore TemporaryObjectDescriptor
  lnkActionNotificationToContact ActionNewsroom EventNotificationNewsroom AbstractResource ResourceAdminMenu
  ResourceRunQueriesMenu ResourceSystemMenu WelcomePopupAcknowledge UserExternal UserLDAP UserLocal
  CMDBChangeOpAttachmentAdded CMDBChangeOpAttachmentRemoved TriggerOnAttachmentDownload Attachment Organization
  Location Contact Person Team lnkPersonToTeam Typology Document DocumentFile DocumentNote DocumentWeb
  DocumentType ContactType Ticket lnkContactToTicket WorkOrder FunctionalCI PhysicalDevice ConnectableCI
  DatacenterDevice NetworkDevice Server ApplicationSolution BusinessProcess SoftwareInstance Middleware DBServer
  WebServer PCSoftware OtherSoftware MiddlewareInstance DatabaseSchema WebApplication Software Patch OSPatch
  SoftwarePatch Licence OSLicence SoftwareLicence lnkDocumentToLicence OSVersion OSFamily Brand Model
  NetworkDeviceType IOSVersion lnkContactToFunctionalCI lnkDocumentToPatch lnkSoftwareInstanceToSoftwarePatch
  lnkFunctionalCIToOSPatch lnkDocumentToSoftware lnkDocumentToFunctionalCI Subnet VLAN lnkSubnetToVLAN
  NetworkInterface IPInterface PhysicalInterface lnkPhysicalInterfaceToVLAN lnkConnectableCIToNetworkDevice
  lnkApplicationSolutionToFunctionalCI lnkApplicationSolutionToBusinessProcess Group lnkGroupToCI Rack Enclosure
  PowerConnection PowerSource PDU TelephonyCI Phone MobilePhone IPPhone Tablet PC Printer Peripheral FAQ
  TagSetFieldDataFor_FAQ__domains FAQCategory Incident KnownError lnkErrorToFunctionalCI lnkDocumentToError
  OAuthClient OAuthClientAzure OAuthClientGoogle Problem UserRequest TagSetFieldDataFor_UserRequest__acme_topics
  Contract ContractType CustomerContract ProviderContract lnkContactToContract lnkContractToDocument ServiceFamily
  Service lnkDocumentToService lnkContactToService ServiceSubcategory SLA SLT lnkSLAToSLT
  lnkCustomerContractToService lnkCustomerContractToProviderContract lnkCustomerContractToFunctionalCI
  DeliveryModel lnkDeliveryModelToContact StorageSystem SANSwitch TapeLibrary NAS Tape NASFileSystem
  FiberChannelInterface LogicalVolume lnkServerToVolume lnkSanToDatacenterDevice VirtualDevice VirtualHost
  Hypervisor Farm VirtualMachine LogicalInterface lnkVirtualDeviceToVolume lnkFunctionalCIToProviderContract
  lnkFunctionalCIToService lnkFunctionalCIToTicket Change RoutineChange ApprovedChange NormalChange
  EmergencyChange CustomAsset lnkCustomAssetToTicket TagSetFieldDataFor_CustomAsset__labels URP_Profiles URP_UserProfile URP_UserOrg
`
  .trim()
  .split(/\s+/);

/** Parent classes and their direct children. */
const CHILDREN_TEXT = `
    User: UserInternal UserExternal
    UserInternal: UserLocal UserLDAP
    Contact: Person Team
    Document: DocumentFile DocumentNote DocumentWeb
    Typology: DocumentType ContactType OSVersion OSFamily Brand Model NetworkDeviceType IOSVersion ContractType
    Ticket: Incident Problem UserRequest Change
    Change: RoutineChange ApprovedChange
    ApprovedChange: NormalChange EmergencyChange
    Contract: CustomerContract ProviderContract
    FunctionalCI: PhysicalDevice ApplicationSolution BusinessProcess SoftwareInstance MiddlewareInstance
    DatabaseSchema WebApplication VirtualDevice
    PhysicalDevice: ConnectableCI Rack Enclosure PowerConnection TelephonyCI Tablet Peripheral
    ConnectableCI: DatacenterDevice PC Printer
    DatacenterDevice: NetworkDevice Server StorageSystem SANSwitch TapeLibrary NAS
    SoftwareInstance: Middleware DBServer WebServer PCSoftware OtherSoftware
    Patch: OSPatch SoftwarePatch
    Licence: OSLicence SoftwareLicence
    NetworkInterface: IPInterface FiberChannelInterface
    IPInterface: PhysicalInterface LogicalInterface
    PowerConnection: PowerSource PDU
    TelephonyCI: Phone MobilePhone IPPhone
    VirtualDevice: VirtualHost VirtualMachine
    VirtualHost: Hypervisor Farm
    Query: QueryOQL
    Action: ActionNotification
    ActionNotification: ActionEmail ActionNewsroom
    Trigger: TriggerOnObject TriggerOnThresholdReached
    TriggerOnObject: TriggerOnPortalUpdate TriggerOnStateChange TriggerOnObjectCreate TriggerOnObjectDelete
    TriggerOnObjectUpdate TriggerOnObjectMention TriggerOnAttributeBlobDownload TriggerOnAttachmentDownload
    TriggerOnStateChange: TriggerOnStateEnter TriggerOnStateLeave
    CMDBChangeOp: CMDBChangeOpCreate CMDBChangeOpDelete CMDBChangeOpSetAttribute CMDBChangeOpPlugin
    CMDBChangeOpAttachmentAdded CMDBChangeOpAttachmentRemoved
    CMDBChangeOpSetAttribute: CMDBChangeOpSetAttributeScalar CMDBChangeOpSetAttributeTagSet
    CMDBChangeOpSetAttributeURL CMDBChangeOpSetAttributeBlob CMDBChangeOpSetAttributeOneWayPassword
    CMDBChangeOpSetAttributeEncrypted CMDBChangeOpSetAttributeText CMDBChangeOpSetAttributeCaseLog
    CMDBChangeOpSetAttributeLinks CMDBChangeOpSetAttributeCustomFields
    CMDBChangeOpSetAttributeText: CMDBChangeOpSetAttributeLongText
    CMDBChangeOpSetAttributeLongText: CMDBChangeOpSetAttributeHTML
    CMDBChangeOpSetAttributeLinks: CMDBChangeOpSetAttributeLinksAddRemove CMDBChangeOpSetAttributeLinksTune
    TagSetFieldData: TagSetFieldDataFor_CustomAsset__labels TagSetFieldDataFor_FAQ__domains TagSetFieldDataFor_UserRequest__acme_topics
    Event: EventNotification EventIssue EventWebService EventRestService EventLoginUsage EventOnObject
    EventNotification: EventNotificationEmail EventNotificationNewsroom
`;

/** A class with its parent, undefined at the top of a tree. */
export type ClassPlace = readonly [name: string, parent: string | undefined];

/** The classes of one iTop, in the order in which its OQL errors list them, and what extends what. */
export class ClassTree {
  readonly names: readonly string[];
  private readonly parents: ReadonlyMap<string, string | undefined>;
  private readonly below = new Map<string, string[]>();

  constructor(places: readonly ClassPlace[]) {
    this.names = places.map(([name]) => name);
    this.parents = new Map(places);
    for (const [name, parent] of places) {
      if (parent !== undefined) this.below.set(parent, [...(this.below.get(parent) ?? []), name]);
    }
  }

  /** This tree without some classes, and with others below those that are there. */
  changed(without: readonly string[], added: readonly ClassPlace[]): ClassTree {
    const kept = this.names.filter((name) => !without.includes(name));
    return new ClassTree([...kept.map((name) => [name, this.parents.get(name)] as const), ...added]);
  }

  isClass(name: string): boolean {
    return this.parents.has(name);
  }

  /** The class itself and everything below it, so that a query on a parent finds the final classes. */
  classAndDescendants(name: string): readonly string[] {
    return [name, ...(this.below.get(name) ?? []).flatMap((child) => this.classAndDescendants(child))];
  }

  /** Whether the class belongs to a tree; only those have the attribute finalclass. */
  isInTree(name: string): boolean {
    return this.below.has(name) || this.parents.get(name) !== undefined;
  }

  isParentClass(name: string): boolean {
    return this.below.has(name);
  }

  /** The top of the class's tree: `Ticket` for `UserRequest`, the class itself where it has no parent. */
  rootClass(name: string): string {
    const parent = this.parents.get(name);
    return parent === undefined ? name : this.rootClass(parent);
  }
}

const STANDARD_PARENTS = new Map<string, string>();
for (const [, parent = '', list = ''] of CHILDREN_TEXT.matchAll(/(\w+):([\w\s]*?)(?=\s+\w+:|\s*$)/g)) {
  for (const child of list.trim().split(/\s+/)) STANDARD_PARENTS.set(child, parent);
}

/** iTop with the ITIL modules and the extension of the generated site. */
export const standardTree = new ClassTree(STANDARD_NAMES.map((name) => [name, STANDARD_PARENTS.get(name)]));
