/** How many notifications the simulated Intercom would have sent to customers; those to teammates stay in the house. */
export async function countCustomerNotifications(controlUrl: string): Promise<number> {
  const response = await fetch(`${controlUrl}/ledger`);
  if (!response.ok) throw new Error(`${controlUrl}/ledger answered ${response.status}.`);
  const { customer } = (await response.json()) as { customer: readonly unknown[] };
  return customer.length;
}
